/** The table of sources. To add one: a file in this folder, and a row here. */
import type { Env } from "../../env.ts";
import { data8 } from "./data8.ts";
import { wantRecipient } from "../../policy/egress.ts";
import { NotAsked, type Open, type Source } from "../source.ts";
import { mapped } from "./mapped.ts";
import { t2a } from "./t2a.ts";
import { tpsclear } from "./tpsclear.ts";

const sources: Readonly<Record<string, Open>> = { data8, t2a, tpsclear, mapped };
export const sourceNames = Object.keys(sources);

/** The source of a name; null where its secret is not configured, or the name is unknown. It asks as a recipient of the policy. */
export function sourceOf(env: Env, name: string): Source | null {
  const source = Object.hasOwn(sources, name) ? sources[name]!(env) : null;
  return (
    source && {
      ...source,
      async ask(...question) {
        await wantRecipient(env, "lookup", source.host).catch((error: Error) => {
          throw new NotAsked(`${name}: ${error.message}`);
        });
        return source.ask(...question);
      },
    }
  );
}
