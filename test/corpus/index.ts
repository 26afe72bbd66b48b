/** All texts, by the file they are in. */
import { elsewhere } from "./elsewhere.ts";
import { extensions, forms } from "./forms.ts";
import { habits } from "./habits.ts";
import { labels, prose } from "./labels.ts";
import { lists } from "./lists.ts";
import { lines } from "./lines.ts";
import type { Sample } from "./sample.ts";
import { screens } from "./screens.ts";
import { traps } from "./traps.ts";
import { abroad, desks, unclear } from "./unclear.ts";

export const corpus: Record<string, Sample[]> = {
  forms,
  extensions,
  lists,
  labels,
  prose,
  lines,
  screens,
  unclear,
  abroad,
  desks,
  traps,
  elsewhere,
  habits,
};
