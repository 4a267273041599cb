/** The ten lines are JavaScript, as a shop would paste them. */
export function recommend(place: Element): Promise<void>;
