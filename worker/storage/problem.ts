/** A store's failure as a problem that a route may answer. */
import { Problem } from "../core/errors.ts";
import { StoreError } from "./store.ts";

/** Throws the Problem `store-failed` where `work` throws a StoreError. */
export const storeProblem = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof StoreError ? new Problem("store-failed", error.message) : error;
  });
