/**
 * The table of regions: what the software needs to know of each one's law, from public sources. Not legal advice.
 * README.md says how to add one.
 */
import { au } from "./au.ts";
import { ca } from "./ca.ts";
import { de } from "./de.ts";
import { fr } from "./fr.ts";
import { gb } from "./gb.ts";
import { ie } from "./ie.ts";
import { india } from "./in.ts";
import type { RegionRules } from "./rules.ts";
import { us } from "./us.ts";

/** By ISO 3166-1 alpha-2 code. */
export const regions: Readonly<Record<string, RegionRules>> = {
  GB: gb,
  IE: ie,
  US: us,
  IN: india,
  AU: au,
  CA: ca,
  FR: fr,
  DE: de,
};
