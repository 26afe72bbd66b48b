/** The event by which the page's own world says that an element has got a shadow root. A hint to look, no more. */
export const ANNOUNCED = "cleardial-root";
