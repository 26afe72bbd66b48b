/** The Worker's API with react-query: read one answer, read page after page, change something. */
import {
  QueryClient,
  useInfiniteQuery,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { SentFile } from "../../carried.ts";
import { api, ApiError, type ApiOptions } from "../../ui/api.ts";
import { wholeAnswer } from "./policy-answer.ts";
import { withQuery } from "./location.ts";
import { words } from "./texts.ts";
import { say, sayFailure } from "./toast.tsx";

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // The Worker logs every read of personal data, so returning to the window must not cause one.
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The background already pauses after failures, and a refusal would only be repeated.
      retry: false,
      // Chrome's "offline" says nothing about a Worker on this machine or network: always ask.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

/**
 * GET `path`. `T` is the route's answer, from the `api.ts` of its folder in shared/. With `null` it waits. A policy has
 * every clause; usePolicy.ts, which changes it, has those that its Worker knows.
 */
export function useApi<T>(path: string | null, options?: ApiOptions): UseQueryResult<T, Error> {
  return useQuery<T>({
    queryKey: [path],
    queryFn: async () => wholeAnswer(path ?? "", await api<T>("GET", path ?? "", undefined, options)),
    enabled: path !== null,
  });
}

export interface Pages<Row, Answer = unknown> {
  rows: Row[];
  /** The first page's whole answer, for its fields beside the rows. */
  first: Answer | undefined;
  /** All pages' whole answers. */
  answers: readonly Answer[];
  /** No page has arrived yet. */
  isPending: boolean;
  error: Error | null;
  refetch: () => unknown;
  /** There is a further page. */
  next: boolean;
  /** A further page is on its way. */
  busy: boolean;
  more: () => void;
  /** Reads all rows under the same filters, from the first page on. `progress` gets the number read so far. */
  all: (progress: (rows: number) => void) => Promise<Row[]>;
}

interface Cursor {
  next: string | number | null;
}

/**
 * GET a route with keyset pages. `cursor` is the query parameter that takes the answer's `next`. A page may be empty while
 * `next` is not null (the trail's filters search archives): such pages are skipped.
 */
export function usePages<Answer extends Cursor, Row>(
  path: string,
  query: Record<string, string | number | undefined>,
  rowsOf: (answer: Answer) => Row[],
  cursor: "after" | "before" = "after",
): Pages<Row, Answer> {
  const page = async (at: string | number | null, signal?: AbortSignal) => {
    for (let from = at; ;) {
      const answer = await api<Answer>("GET", withQuery(path, { ...query, [cursor]: from ?? undefined }));
      if (answer.next === null || rowsOf(answer).length > 0 || signal?.aborted) return answer;
      from = answer.next;
    }
  };
  const result = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) => page(pageParam, signal),
    initialPageParam: null as string | number | null,
    getNextPageParam: (last: Answer) => last.next,
  });
  const { data } = result;
  const rows = useMemo(() => data?.pages.flatMap(rowsOf) ?? [], [data, rowsOf]);
  return {
    rows,
    first: data?.pages[0],
    answers: data?.pages ?? [],
    isPending: result.isPending,
    // A further page's failure shows as a toast.
    error: result.isFetchNextPageError ? null : result.error,
    refetch: result.refetch,
    next: result.hasNextPage,
    busy: result.isFetchingNextPage,
    more: () => void result.fetchNextPage().then(({ error }) => error && sayFailure(error)),
    async all(progress) {
      const all: Row[] = [];
      for (let at: string | number | null = null, first = true; first || at !== null; first = false) {
        const answer: Answer = await page(at);
        for (const row of rowsOf(answer)) all.push(row);
        progress(all.length);
        at = answer.next;
      }
      return all;
    },
  };
}

export interface Change {
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  ifMatch?: number;
  patienceMs?: number;
  file?: SentFile;
}

interface Then<Input, Answer> {
  /** Path prefixes: queries that begin with one of them are now outdated and are refetched. */
  touches: string[];
  /** The toast on success. */
  done?: string | ((answer: Answer, input: Input) => string);
  /** What takes it back, where something does: the toast offers it. */
  undo?: (answer: Answer, input: Input) => Change | null;
  /** The caller shows failures itself (`error` of the result). Otherwise a toast does. */
  quiet?: boolean;
}

/**
 * Changes something: `request` says what a call with an input sends. Each call has an Idempotency-Key of its own, but where the
 * one before sent the same and got no answer yet, or none that tells whether it was done: then it has that one's key, so that the
 * change is not made twice. A refusal ends that. What `touches` names is refetched after a success, and after a conflict (409, 412),
 * as somebody else has changed what the screen shows.
 *
 * The result's `error` is an ApiError: a refusal with its `problem`, or that no answer came. Without `quiet` a toast says it, with
 * a button that calls again with the same input where that may help.
 */
export function useMutate<Input, Answer = unknown>(
  request: (input: Input) => Change,
  { touches, done, undo, quiet = false }: Then<Input, Answer>,
): UseMutationResult<Answer, Error, Input> {
  const queries = useQueryClient();
  const lost = useRef<{ what: string; key: string } | null>(null);
  async function takeBack(change: Change) {
    try {
      await api(change.method, change.path, change.body, { key: crypto.randomUUID() });
      say(words.toast.undone);
    } catch (error) {
      sayFailure(error);
    }
    await touch(queries, touches);
  }
  const mutation = useMutation<Answer, Error, Input>({
    async mutationFn(input) {
      const { method, path, body, ...rest } = request(input);
      const what = JSON.stringify([method, path, body, rest.ifMatch, rest.file]);
      const key = lost.current?.what === what ? lost.current.key : crypto.randomUUID();
      lost.current = { what, key };
      const options: ApiOptions = { ...rest, key };
      try {
        const answer = await api<Answer>(method, path, body, options);
        lost.current = null;
        return answer;
      } catch (error) {
        if (error instanceof ApiError && error.trouble === "refused") lost.current = null;
        throw error;
      }
    },
    async onSuccess(answer, input) {
      const back = undo?.(answer, input);
      if (done !== undefined)
        say(
          typeof done === "string" ? done : done(answer, input),
          back ? () => void takeBack(back) : undefined,
        );
      await touch(queries, touches);
    },
    async onError(error, input) {
      // The same key: what was done although the answer was lost is not done twice.
      if (!quiet) sayFailure(error, () => mutation.mutate(input));
      // Somebody else has changed what this screen shows.
      if (isConflict(error)) await touch(queries, touches);
    },
  });
  return mutation;
}

/** Refetches every query whose path begins with one of these. */
export const touch = (queries: QueryClient, paths: string[]): Promise<void> =>
  queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) => typeof path === "string" && paths.some((p) => path.startsWith(p)),
  });

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && [409, 412].includes(error.problem?.status ?? 0);
