/**
 * What our script in the page's own world says to the isolated one, by events that the page could send as well. So it
 * is only ever a hint to look, or a request to stop something.
 */

/** An element has got a shadow root. */
export const ANNOUNCED = "cleardial-root";

/**
 * The page is about to go to the address in `detail` by a way that the isolated world does not see. Prevented where that
 * dials, and must not. Sent to `navigation`: that target outlives `document.open`, which strips window and document of listeners.
 */
export const DIALS = "cleardial-dial";

/**
 * The other way: a click that was held goes on, on the element in `relatedTarget`. Only the page's own world may run
 * the script that a `javascript:` link leads to. Prevented once it is made. Sent to `navigation`, too.
 */
export const CLICKS = "cleardial-click";

/** The document was opened anew and its window has lost its listeners. Sent to `navigation`, too. */
export const REOPENED = "cleardial-reopened";
