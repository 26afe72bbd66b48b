/** The sources that are known. To add one: a file beside these, and a row here. */
import type { Env } from "../../env.ts";
import { data8 } from "./data8.ts";
import type { Open, Source } from "../source.ts";
import { mapped } from "./mapped.ts";
import { t2a } from "./t2a.ts";
import { tpsclear } from "./tpsclear.ts";

const sources: Readonly<Record<string, Open>> = { data8, t2a, tpsclear, mapped };
export const sourceNames = Object.keys(sources);

/** A source where its secret is configured; null where it is not, or where there is none of that name. */
export const sourceOf = (env: Env, name: string): Source | null =>
  Object.hasOwn(sources, name) ? sources[name]!(env) : null;
