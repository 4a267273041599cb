/**
 * A row that scrolls sideways, with buttons for those who have no wheel and no touch screen. It counts from the
 * side where reading starts. It never moves by itself.
 */

/** A row and its buttons. */
export interface Row {
  readonly viewport: HTMLElement;
  readonly previous: HTMLElement;
  readonly next: HTMLElement;
}

/** Share of the width that one press moves. */
const STEP = 0.8;

/** This close to an end counts as the end: widths are rounded. */
const NEAR = 2;

/** At an end a button says so, but keeps the focus. */
const OFF = 'aria-disabled';

const FOCUSABLE = 'a[href],button,input,select,textarea,[tabindex],[aria-hidden=true]';

/** Keeps the buttons right while the row scrolls, grows and shrinks; returns how to look again, and how to stop. */
export function follow({ viewport, previous, next }: Row): { look: () => unknown; stop: () => void } {
  const look = (): void => {
    const room = viewport.scrollWidth - viewport.clientWidth;
    const at = Math.abs(viewport.scrollLeft);
    previous.hidden = next.hidden = room <= NEAR;
    previous.setAttribute(OFF, String(at <= NEAR));
    next.setAttribute(OFF, String(at >= room - NEAR));
    // Without a link inside, the keyboard could not scroll it; boxes need no scrolling.
    if (room > NEAR && !viewport.querySelector(FOCUSABLE)) viewport.tabIndex = 0;
    else viewport.removeAttribute('tabindex');
  };
  const move = (button: HTMLElement, by: number) => (): void => {
    if (button.getAttribute(OFF) === 'true') return;
    const side = getComputedStyle(viewport).direction === 'rtl' ? -1 : 1;
    viewport.scrollBy({ left: by * side * viewport.clientWidth });
  };
  const watch = new ResizeObserver(look);
  watch.observe(viewport);
  previous.onclick = move(previous, -STEP);
  next.onclick = move(next, STEP);
  viewport.onscroll = look;
  return {
    // With the next frame, which lays the row out anyway: asked for at once, its widths would cost a layout in the task that fills it.
    look: () => requestAnimationFrame(look),
    // What still scrolls is looked at in vain.
    stop: () => watch.disconnect(),
  };
}
