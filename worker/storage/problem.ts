/** A store's failure as a problem that a route may answer. */
import { Problem } from "../core/errors.ts";
import { OtherVersion, StoreError } from "./store.ts";

/** Throws the Problem `store-failed` where `work` throws a StoreError; `object-changed` for another version. */
export const storeProblem = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (error instanceof OtherVersion) throw new Problem("object-changed");
    throw error instanceof StoreError ? new Problem("store-failed", error.message) : error;
  });
