/**
 * The canary: a number of ClearDial's own, by which each browser tries daily that calls are held. It is of Ofcom's range
 * for drama (docs/sources.md), so that nobody has it, and `decide` bars it before it looks at anything: no policy, consent
 * or override makes it callable. docs/canary.md says what is tried.
 */
export const CANARY = "+443069990879";

/** By an address of the system's telephone, whose first digits tell no national number. */
export const CANARY_ADDRESS = `tel:${CANARY}`;

export const isCanary = (e164: string | null): boolean => e164 === CANARY;

/**
 * True where a dial reaches the canary, and nobody else: by every reading, and by its digits, of which a program may take
 * more than we do. Beside another number it is judged and recorded as any dial is: it must not hide one.
 */
export const isCanaryAlone = (written: string, numbers: readonly string[]): boolean =>
  numbers.length > 0 && numbers.every(isCanary) && DIGITS.test(written.replace(/\D/g, ""));
const DIGITS = /^(?:(?:00)?440?|0)3069990879$/;

/** Ways to dial that are tried. A new layer of hold is a row here, and a step in extension/background/canary. */
export const canaryLayers = ["link", "script", "frame", "softphone"] as const;
export type CanaryLayer = (typeof canaryLayers)[number];
/** Layers that a browser may have, or not: one without is not missing. */
export const optionalLayers = ["browser"] as const;
export const everyLayer = [...canaryLayers, ...optionalLayers] as const;
export type EveryLayer = (typeof everyLayer)[number];

/** Most passes and missing browsers that one answer names. */
export const MOST_NAMED = 100;
