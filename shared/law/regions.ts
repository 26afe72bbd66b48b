/**
 * The table of regions: what the software needs to know of each one's law, from public sources. Not legal advice.
 * README.md says how to add one.
 */
import { at } from "./at.ts";
import { au } from "./au.ts";
import { be } from "./be.ts";
import { ca } from "./ca.ts";
import { de } from "./de.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { gb } from "./gb.ts";
import { ie } from "./ie.ts";
import { india } from "./in.ts";
import { gg, im, je } from "./islands.ts";
import { it } from "./it.ts";
import { nl } from "./nl.ts";
import { pl } from "./pl.ts";
import type { KnownRegister, RegionRules } from "./rules.ts";
import { us } from "./us.ts";

/** By ISO 3166-1 alpha-2 code. */
export const regions: Readonly<Record<string, RegionRules>> = {
  ...{ GB: gb, IE: ie, US: us, IN: india, AU: au, CA: ca, FR: fr, DE: de },
  ...{ GG: gg, JE: je, IM: im },
  ...{ NL: nl, PL: pl, AT: at, ES: es, IT: it, BE: be },
};

/** The registers that laws name, by id. */
export const knownRegisters: Readonly<Record<string, KnownRegister>> = Object.fromEntries(
  Object.values(regions).flatMap(({ registers }) => registers.map((register) => [register.id, register])),
);
