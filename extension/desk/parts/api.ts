/** The Worker's answers as react-query holds them: reading one, reading page after page, and changing something. */
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
import { api, ApiError, type ApiOptions } from "../../ui/api.ts";
import type { SentFile } from "../../messages.ts";
import { withQuery } from "./hash.ts";
import { say, sayFailure } from "./toast.ts";

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Every opening of personal data stands on the trail: nothing is opened because somebody came back to the window.
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The background leaves a server that is away in peace by itself; what was refused is refused again.
      retry: false,
      // Whether there is a way to the Worker only asking can tell: it may stand on this machine.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

/** GET `path`, as `T` of shared/api.ts. `null` asks nothing yet. */
export function useApi<T>(path: string | null): UseQueryResult<T, Error> {
  return useQuery<T>({
    queryKey: [path],
    queryFn: () => api<T>("GET", path ?? ""),
    enabled: path !== null,
  });
}

export interface Pages<Row, Answer = unknown> {
  rows: Row[];
  /** The first page, with what it says beside its rows. */
  first: Answer | undefined;
  /** Nothing has come yet. */
  isPending: boolean;
  error: Error | null;
  refetch: () => unknown;
  /** There are further pages. */
  next: boolean;
  busy: boolean;
  more: () => void;
  /** All rows under the same filters, page after page from the first; `progress` hears how many there are so far. */
  all: (progress: (rows: number) => void) => Promise<Row[]>;
}

interface Cursor {
  next: string | number | null;
}

/**
 * A route that pages by a cursor. `cursor` is the name of the query's field that `next` goes into. A page may be empty
 * with `next` not null: the trail's filters look through archives. Then it goes on by itself.
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
    isPending: result.isPending,
    // A toast has said so of a further page.
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
  /** Paths whose answers are no longer right: those that begin so are asked again. */
  touches: string[];
  /** Said in a toast when it is done. */
  done?: string | ((answer: Answer, input: Input) => string);
  /** The caller shows the failure itself (`error` of the result); otherwise a toast says it. */
  quiet?: boolean;
}

/**
 * Changes something. Each press bears an Idempotency-Key; where the answer was lost, pressing again with the same input
 * sends the same key, so that nothing is done twice.
 */
export function useMutate<Input, Answer = unknown>(
  request: (input: Input) => Change,
  { touches, done, quiet = false }: Then<Input, Answer>,
): UseMutationResult<Answer, Error, Input> {
  const queries = useQueryClient();
  const lost = useRef<{ what: string; key: string } | null>(null);
  return useMutation<Answer, Error, Input>({
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
      if (done !== undefined) say(typeof done === "string" ? done : done(answer, input));
      await touch(queries, touches);
    },
    async onError(error) {
      if (!quiet) sayFailure(error);
      // What stands on the screen may be what somebody else has changed.
      if (isConflict(error)) await touch(queries, touches);
    },
  });
}

/** Asks again for every answer whose path begins with one of these. */
export const touch = (queries: QueryClient, paths: string[]): Promise<void> =>
  queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) => typeof path === "string" && paths.some((p) => path.startsWith(p)),
  });

export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && [409, 412].includes(error.problem?.status ?? 0);
