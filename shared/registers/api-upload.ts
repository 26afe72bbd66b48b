/** The API of a register's upload in parts; `../api.ts` has the rules for all of the API. */
import * as z from "zod";
import { date, sha256 } from "../api.ts";
import { RANGE } from "./blocks.ts";

const sourceSchema = z.object({
  name: z.string().max(300),
  sha256: sha256.optional(),
});
export const uploadRequest = z.object({
  asOf: date,
  parent: z.int().min(0).meta({ description: "the version that the blocks were compared with" }),
  kind: z.enum(["whole", "changes"]).default("whole"),
  source: sourceSchema,
  anew: z.boolean().default(false).meta({ description: "abandon an open upload instead of resuming it" }),
});
/** An open upload of the same file, date, kind and parent resumes: `parts` are those that have arrived. */
export const uploadAnswer = z.object({
  version: z.int(),
  parent: z.int(),
  parts: z.array(z.object({ part: z.int(), sha256: z.string() })),
});

/** One changed block: `[block, n, digest, data]`; n = 0 and data = "" where the block is now empty. See blocks.ts. */
export const blockRow = z.tuple([
  z.int().min(0).max(99_999_999_999),
  z.int().min(0).max(10_000),
  z.int().min(0),
  z.string().max(3000),
]);
/**
 * Changes to one block: `[block, add, remove]`, both as packed sets. Adding a listed number, or removing another, has
 * no effect.
 */
export const changeRow = z.tuple([
  z.int().min(0).max(99_999_999_999),
  z.string().max(3000),
  z.string().max(3000),
]);
/** `blocks` for an upload of the kind `whole`, `changes` for the kind `changes`. */
export const partRequest = z.union([
  z.object({ blocks: z.array(blockRow).min(1).max(20_000) }),
  z.object({ changes: z.array(changeRow).min(1).max(20_000) }),
]);
/** Nothing of what it changes: of a part with one number that says whether it is listed. */
export const partAnswer = z.object({ part: z.int() });
/** What the parts that have arrived would change. */
export const uploadCounts = z.object({ added: z.int(), removed: z.int() });
export const commitRequest = z.object({
  parts: z.int().min(0),
  /**
   * `blocks`, `numbers` and `hash` are of the whole register after the commit. For the kind `changes` the Worker works
   * them out.
   */
  blocks: z.int().min(0).optional(),
  numbers: z.int().min(1).optional(),
  hash: z
    .string()
    .regex(/^[0-9a-f]{1,13}-[0-9a-f]{1,13}$/)
    .optional()
    .meta({ description: "the sums of the digests of all blocks after the commit (blocksHash)" }),
  allowShrink: z.boolean().default(false),
  attestSameFile: z.boolean().default(false),
});
export const commitAnswer = z.object({
  version: z.int(),
  numbers: z.int(),
  added: z.int(),
  removed: z.int(),
  blocks: z.int(),
});
export const digestsQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(-1)
    .refine((after) => (after + 1) % RANGE === 0, "-1, or the `next` of a page")
    .default(-1)
    .meta({ description: "the `next` of the page before; no other" }),
});
export const digestsAnswer = z.object({
  version: z.int(),
  blocks: z.array(z.tuple([z.int(), z.int(), z.int()])).meta({
    description:
      "[block, 0, digest], by block: rows in a row with the same digest are a group, and it is over all of them (groups.ts); " +
      "0: it is not told",
  }),
  next: z.int().nullable(),
});

export type BlockRow = z.infer<typeof blockRow>;
export type ChangeRow = z.infer<typeof changeRow>;
export type UploadRequest = z.input<typeof uploadRequest>;
export type UploadAnswer = z.infer<typeof uploadAnswer>;
export type UploadCounts = z.infer<typeof uploadCounts>;
export type CommitRequest = z.input<typeof commitRequest>;
export type CommitAnswer = z.infer<typeof commitAnswer>;
export type DigestsAnswer = z.infer<typeof digestsAnswer>;
