/** The versions of the Worker's API that this extension understands. */

/** The version that it was written for. A later one may use the same answers with another meaning. */
export const API = 1;
/** The oldest version that it still works with. */
export const OLDEST_API = 1;
