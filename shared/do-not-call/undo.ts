/** For how long whoever entered an objection may undo it, in milliseconds. Later an officer ends it. */
export const UNDO_MS = 30_000;
