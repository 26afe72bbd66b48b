/**
 * T2A's `tps_full`: each question is about one number, and the answer covers both registers.
 * https://t2a.io/docs/methods/tps_full, https://t2a.io/docs/index/xml-and-json-rest-api-overview
 * https://api.t2a.io/soap/t2a.asmx?op=tps_full (the fields, and what `call` and `no_call` mean)
 * Built from these documents; not verified against the service itself.
 */
import * as z from "zod";
import { jsonOf } from "../http.ts";
import { LookupError, type Open, UK } from "../source.ts";

const status = z.string().nullish();
const answer = z.object({ status: z.string(), tps_status: status, ctps_status: status });
/** Any other word means unknown. True: listed. */
const words: Readonly<Record<string, boolean>> = { no_call: true, call: false };

export const t2a: Open = ({ T2A_KEY: key }) => {
  if (!key) return null;
  return {
    ...UK,
    host: "api.t2a.io",
    most: 1,
    async ask([number], registers, signal) {
      const body = new URLSearchParams({
        method: "tps_full",
        api_key: key,
        telephone_number: number!,
        output: "json",
      });
      const said = await jsonOf("t2a", answer, "https://api.t2a.io/rest", { method: "POST", body, signal });
      if (said.status !== "ok") throw new LookupError("t2a: refused");
      const of: Readonly<Record<string, string | null | undefined>> = {
        tps: said.tps_status,
        ctps: said.ctps_status,
      };
      return registers.flatMap((list) => {
        const listed = words[of[list] ?? ""];
        return listed === undefined ? [] : [{ number: number!, list, listed }];
      });
    },
  };
};
