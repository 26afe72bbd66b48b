/**
 * TPSClear: each question has up to 1,000 numbers, and the answer covers both registers.
 * https://api.tpsclear.co.uk/developers
 * Built from this document; not verified against the service itself.
 */
import * as z from "zod";
import { jsonOf, posted } from "../http.ts";
import { type Open, UK } from "../source.ts";

/** Statuses under which "not listed" is believed: with `unknown`, the flags may say "not listed" too. */
const known = new Set(["clean", "tps-listed", "ctps-listed", "suppressed", "consented"]);
const answer = z.object({
  results: z.array(
    z.object({
      phoneNumber: z.string(),
      status: z.string(),
      tpsListed: z.boolean().nullish(),
      ctpsListed: z.boolean().nullish(),
    }),
  ),
});

export const tpsclear: Open = ({ TPSCLEAR_KEY: key }) => {
  if (!key) return null;
  return {
    ...UK,
    host: "api.tpsclear.co.uk",
    most: 1000,
    async ask(numbers, registers, signal) {
      const headers = { authorization: `Bearer ${key}` };
      const { results } = await jsonOf(
        "tpsclear",
        answer,
        "https://api.tpsclear.co.uk/v1/screen",
        posted({ phoneNumbers: numbers }, signal, headers),
      );
      return results.flatMap(({ phoneNumber: number, status, tpsListed, ctpsListed }) => {
        const of: Readonly<Record<string, boolean | null | undefined>> = { tps: tpsListed, ctps: ctpsListed };
        return registers.flatMap((list) => {
          const listed = of[list];
          // "Listed" is believed whatever the status.
          return listed === true || (listed === false && known.has(status)) ? [{ number, list, listed }] : [];
        });
      });
    },
  };
};
