/**
 * The events between our script in the page's own world and those in the isolated world. But for the first and the last,
 * they are sent on a channel (channel.ts) that no script of the page can reach.
 */

/**
 * On the document, once, before any script of the page runs: who answers hands the channel to `relatedTarget`. In a page that
 * was open before us nobody does, as its scripts may lie in wait for it (guard.ts).
 */
export const HELLO = "cleardial-hello";
/** The answer, on an object of the asker's. `relatedTarget`: the channel. */
export const GIVES = "gives";
/** To the guards of all frames: our script in the page's world has the channel now. */
export const JOINED = "joined";

/** The page is about to go to the address in `detail`. Prevented where it must not. */
export const ASKS = "asks";
/** The last address that was asked about was gone to. */
export const DONE = "done";
/** A frame or an object gets the address in `detail`. Prevented where it dials: such an element never gets it. */
export const FRAMES = "frames";
/** A document gets the base in `detail`. Prevented where an address by it would dial. */
export const BASES = "bases";
/** The form in `relatedTarget` is about to be sent without a submit event. Prevented where it must not. */
export const SUBMITS = "submits";
/** Events are about to run in the tree of the node in `relatedTarget`, which may be outside the page. */
export const LISTENS = "listens";
/**
 * A script's click on the node in `relatedTarget` has been ended: the guard may never hear it. Prevented where it must not
 * open what it would.
 */
export const ENDS = "ends";
/** The page has cancelled the event of a click on the node in `relatedTarget` that it ended: nothing opens by it. */
export const CANCELS = "cancels";
/** A click event of a script's own kind is about to run on the node in `relatedTarget`. Prevented where something may open. */
export const OPENS = "opens";
/** A link or a form may have changed while a script's own click was under way. */
export const LOOKS = "looks";
/**
 * Markup that names a frame or a base: in `detail`, after a first line with the base of where it goes. Answered with what
 * may be written of it, if that differs.
 */
export const MARKUP = "markup";
/** The answer: the markup that may be written, and an unfinished tag at its end. */
export const ANSWER = "answer";
/** The tree in `relatedTarget` was parsed, and is in no page yet. */
export const TREE = "tree";
/** `document.open` removed the listeners of the window of the document in `relatedTarget`. */
export const REOPENED = "reopened";
/** The element in `relatedTarget` has got a shadow root. */
export const ROOT = "root";

/** The socket, port or worker in `relatedTarget` is the one of which the next event tells. */
export const SPEAKS = "speaks";
/** It is about to send, in `detail`: `t` or `b` for a text or bytes, and the text. Prevented where it must not. */
export const SENDS = "sends";
/**
 * It is about to post, in `detail`: a list with the message, and true where parts of it are left out. Prevented where it must
 * not. Stopped where the guard got nothing, as a message may hold what no other world can read.
 */
export const POSTS = "posts";

/** The page has offered audio, of its own microphone. `detail`: whether it had by this connection before. */
export const OFFERS = "offers";

/**
 * The other direction: a click that was held goes on, on the element in `relatedTarget`. Only the page's own world can
 * run the script of a `javascript:` link. Prevented once the click is made.
 */
export const CLICKS = "clicks";
/** The other direction: from here until `UNWATCHES`, what a script writes to an element is told by `LOOKS`. */
export const WATCHES = "watches";
export const UNWATCHES = "unwatches";
/** The other direction: everything that the socket sends of which was just told is to be told. */
export const KEEPS = "keeps";
/** The other direction: a new frame of this origin, in `relatedTarget`, has natives of its own. */
export const WIRES = "wires";

/** On `navigation`: a new version of the extension has taken over from those whose tokens are in `detail`. */
export const SUCCEEDS = "cleardial-succeeds";
