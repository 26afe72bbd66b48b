/** Names of other people that an officer has taken out of a requester's copy, and how often each stands in it. */
import * as z from "zod";
import { line } from "../api.ts";

/** Words of a name: more is a sentence. */
const WORDS = 4;
export const otherNames = z
  .array(
    line(100)
      // Ng, O'Brien, de la Cruz, 王伟: many scripts have no capitals. Whoever names a common word sees in how many places it is.
      .refine((name) => /^\p{L}.*\p{L}/u.test(name), { message: "a name, as it is written" })
      .refine((name) => name.split(/\s+/).length <= WORDS, { message: "four words at most" }),
  )
  .max(50);

/** Why a name is not taken out: it is the requester's own, or the company's; it is a single word, and all of a text; it is nowhere. */
const whyNot = z.enum(["own", "company", "empties", "absent"]);
export const nameFound = z.object({
  name: z.string(),
  places: z.int().meta({ description: "in how many places of the copy it stands" }),
  refused: whyNot.nullable(),
});
export type NameFound = z.infer<typeof nameFound>;

export const namesRequest = z.object({ others: otherNames.min(1) });
export const namesAnswer = z.object({ names: z.array(nameFound) });
export type NamesAnswer = z.infer<typeof namesAnswer>;

export const saysWhy = (of: {
  own: boolean;
  company: boolean;
  empties: boolean;
  places: number;
}): NameFound["refused"] =>
  of.own ? "own" : of.company ? "company" : of.places === 0 ? "absent" : of.empties ? "empties" : null;
