/**
 * The events between our script in the page's own world and those in the isolated world. The page can send them too, so
 * each is only a hint to look, or a request to stop something.
 */

/** An element has got a shadow root. */
export const ANNOUNCED = "cleardial-root";

/**
 * The page is about to go to the address in `detail` in a way that the isolated world does not see. The guard prevents
 * the event where the address dials and must not. Sent to `navigation`, whose listeners survive `document.open`;
 * listeners of window and document do not.
 */
export const DIALS = "cleardial-dial";

/**
 * The other direction: a click that was held goes on, on the element in `relatedTarget`. Only the page's own world can
 * run the script of a `javascript:` link. Prevented once the click is made. Sent to `navigation`, too.
 */
export const CLICKS = "cleardial-click";

/** `document.open` removed the listeners of the window. Sent to `navigation`, too. */
export const REOPENED = "cleardial-reopened";
