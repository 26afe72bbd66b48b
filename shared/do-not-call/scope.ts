/** Which scope of an objection may be said after another. */
import type { ObjectionScope } from "./api.ts";

const width = { line: 0, person: 1, company: 2 } as const;

/** What was said is widened, and never narrowed (trigger suppressions_widened): each reaches all that a narrower one does. */
export const widens = (from: ObjectionScope, to: Exclude<ObjectionScope, "unsaid">): boolean =>
  from === "unsaid" || width[to] >= width[from];
