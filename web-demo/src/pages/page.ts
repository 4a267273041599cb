/** What every page gives to the router. */
export interface Page {
  readonly title: string;
  /** Gets the focus after a navigation. */
  readonly heading: HTMLElement;
  readonly content: HTMLElement;
}
