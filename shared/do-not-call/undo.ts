/** For how long whoever put a number on the do-not-call list may undo it, in milliseconds. Later an officer ends it. */
export const UNDO_MS = 30_000;
