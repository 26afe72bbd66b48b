/**
 * What a sender's browser works out in a flood (flood.ts) before its request is taken, by ALTCHA's protocol, so that other
 * people's forms can use any of its libraries. The Worker chooses the number that is looked for, so there is a most that anybody
 * has to try. Each number below it is as likely, so nobody gains by where they begin.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { createChallenge, randomInt, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import { type Challenge, challengeSchema } from "../../../shared/api.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { solved } from "../../../shared/privacy-requests/api-posted.ts";
import { formHmac } from "./form-guard.ts";

/** Less than flood.ts keeps what came: what it has forgotten is too old here. */
const LASTS = 9 * MINUTE;
/** Rounds of PBKDF2 for each number that is tried: so many that what a browser adds to each try is little beside them. */
const ROUNDS = 10_000;
/** Most numbers to try where it is easiest, and twice as many as are needed on average. */
const MOST = 400;

async function secrets(db: D1Database) {
  const secret = bytesToHex(await formHmac(db, "challenge"));
  return { hmacSignatureSecret: secret, hmacKeySignatureSecret: `${secret} key` };
}

/** A new one that takes `times` as long as the easiest. `now` is in milliseconds. */
export const newChallenge = async (db: D1Database, now: number, times: number): Promise<Challenge> =>
  challengeSchema.parse(
    await createChallenge({
      ...{ algorithm: "PBKDF2/SHA-256", cost: ROUNDS, deriveKey, expiresAt: new Date(now + LASTS) },
      counter: randomInt(MOST * times, 0),
      ...(await secrets(db)),
    }),
  );

/** The id of the challenge that this solves; null where we did not make it, or it is too old, or not solved. */
export async function solvedBy(db: D1Database, text: string): Promise<string | null> {
  const { success, data } = solved.safeParse(jsonIn(text));
  if (!success) return null;
  const { verified } = await verifySolution({ ...data, deriveKey, ...(await secrets(db)) });
  return verified ? data.challenge.parameters.nonce : null;
}

function jsonIn(base64: string): unknown {
  try {
    return JSON.parse(atob(base64));
  } catch {
    return null;
  }
}
