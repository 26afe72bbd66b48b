/** What may be a name of somebody else: of any script, and as short as names are. */
import { expect, it } from "vitest";
import { otherNames } from "../../../shared/privacy-requests/api-names.ts";

it.each(["Ng", "Li Na", "Jo Smith", "Ed Sheeran", "O'Brien", "de la Cruz", "王伟", "محمد", "דוד", "Åse"])(
  "%s is a name",
  (name) => expect(otherNames.safeParse([name]).success).toBe(true),
);
it.each(["", "A", "王", "7", "7 Anna", "'", "Anna Maria Lopez Garcia Perez"])("%j is none", (name) =>
  expect(otherNames.safeParse([name]).success).toBe(false),
);
