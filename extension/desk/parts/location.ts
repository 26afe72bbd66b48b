/**
 * The desk's address. Path and filters are both in the URL's hash: `#/audit?code=policy.`. wouter's own hash location puts
 * the query before the hash, so that a link to `#/people` would keep the previous page's filters.
 */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useSearch } from "wouter";

const parts = () => {
  const [path = "", search = ""] = location.hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  return { path: `/${path}`, search };
};

let navigated = false;
addEventListener("hashchange", () => (navigated = true));
/** False until the first navigation. */
export const hasNavigated = () => navigated;

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

interface GoOptions {
  /** Replaces the current entry of the history, so that the back button skips it. */
  replace?: boolean;
}

/** Navigates to `/people/ID` or `/audit?code=policy.`. */
export function go(to: string, { replace = false }: GoOptions = {}): void {
  const before = location.href;
  history[replace ? "replaceState" : "pushState"](null, "", `#${to}`);
  if (location.href !== before)
    dispatchEvent(new HashChangeEvent("hashchange", { oldURL: before, newURL: location.href }));
}

/** `hook` of wouter's Router. */
export const useHashPath = (): [string, typeof go] => [
  useSyncExternalStore(subscribe, () => parts().path),
  go,
];
useHashPath.hrefs = (href: string) => `#${href}`;
/** `searchHook` of wouter's Router. */
export const useHashSearch = () => useSyncExternalStore(subscribe, () => parts().search);

/** An `href` to a page of the desk. Leaves out empty values. */
export const linkTo = (path: string, query: Record<string, string> = {}) => `#${withQuery(path, query)}`;

/** Path and query as one string: `/v1/audit?code=policy.`. Leaves out empty values. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(key, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** Filters in the address: their values ("" where not set), and a setter that changes some and keeps the rest of the query. */
export function useFilters<K extends string>(
  ...names: K[]
): [values: Record<K, string>, set: (patch: Partial<Record<K, string>>, options?: GoOptions) => void] {
  const search = useSearch();
  const list = names.join(",");
  const values = useMemo(() => {
    const query = new URLSearchParams(search);
    return Object.fromEntries(list.split(",").map((name) => [name, query.get(name) ?? ""])) as Record<
      K,
      string
    >;
  }, [search, list]);
  const set = useCallback((patch: Partial<Record<K, string>>, options?: GoOptions) => {
    const now = parts();
    const query = {
      ...Object.fromEntries(new URLSearchParams(now.search)),
      ...(patch as Record<string, string>),
    };
    go(withQuery(now.path, query), options);
  }, []);
  return [values, set];
}
