import type { Env } from "../env.ts";
/** Scheduled every five minutes, from the first run on. Throws an Error with the database's words; the next run goes on. */
export declare function answerLetters(env: Env, now: number): Promise<void>;
