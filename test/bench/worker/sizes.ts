/**
 * In the place of worker/storage/closed/sizes.ts (`alias` in wrangler.toml): a Worker with the variable `PART` has the N-th part of a company, and
 * files, objects and names' keys of an N-th, so that each is full, leaves and collides when those of the whole company do.
 */
import { env } from "cloudflare:workers";
import * as whole from "../../../worker/storage/closed/sizes.ts";

export const PART = Number((env as { PART?: string }).PART ?? 1);
/** Of an N-th of the names each key has so many bits less that as many lie as close to each other. */
const bits = Math.round(Math.log2(PART));
const part = (n: number): number => Math.max(1, Math.round(n / PART));

export const ROWS = part(whole.ROWS);
export const CHARACTERS = part(whole.CHARACTERS);
export const NAME_BITS = whole.NAME_BITS - bits;
export const ID_BITS = whole.ID_BITS - bits;
