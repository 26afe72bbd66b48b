/**
 * Data8's TPS and CTPS services: each question is about one number and one register, and is charged.
 * https://docs.data-8.co.uk/web-services/tps/iscallable
 * https://docs.data-8.co.uk/web-services/ctps/iscallable
 * Built from these documents; not verified against the service itself.
 */
import * as z from "zod";
import { jsonOf, posted } from "../http.ts";
import { LookupError, type Open, UK } from "../source.ts";

const services: Readonly<Record<string, string>> = { tps: "TPS", ctps: "CTPS" };
/** The document says to ignore all other fields where the call itself failed. */
const answer = z.object({ Status: z.object({ Success: z.boolean() }), Callable: z.boolean().nullish() });

export const data8: Open = ({ DATA8_KEY: key }) => {
  if (!key) return null;
  return {
    ...UK,
    host: "webservices.data-8.co.uk",
    most: 1,
    ask: ([number], registers, signal) =>
      Promise.all(
        registers.map(async (list) => {
          const url = `https://webservices.data-8.co.uk/${services[list]}/IsCallable.json?key=${encodeURIComponent(key)}`;
          const { Status, Callable } = await jsonOf(
            "data8",
            answer,
            url,
            posted({ number, options: {} }, signal),
          );
          if (!Status.Success) throw new LookupError("data8: refused");
          if (typeof Callable !== "boolean") throw new LookupError("data8: not understood");
          return { number: number!, list, listed: !Callable };
        }),
      ),
  };
};
