/**
 * Where we are stands in the hash, whole: `#/audit?code=policy.`. wouter's own hash location puts what follows the
 * question mark before the hash, where a link to `#/people` would keep the last page's filters.
 */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { useSearch } from "wouter";

const parts = () => {
  const [path = "", search = ""] = location.hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  return { path: `/${path}`, search };
};

/** Where the desk was opened nobody has gone anywhere yet, and the focus stays at the top. */
let gone = false;
addEventListener("hashchange", () => (gone = true));
export const hasGone = () => gone;

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

interface GoOptions {
  /** Takes the present view's place: the back button does not come by it. */
  replace?: boolean;
}

/** Goes to `/people/ID` or `/audit?code=policy.`. */
export function go(to: string, { replace = false }: GoOptions = {}): void {
  const before = location.href;
  history[replace ? "replaceState" : "pushState"](null, "", `#${to}`);
  if (location.href !== before)
    dispatchEvent(new HashChangeEvent("hashchange", { oldURL: before, newURL: location.href }));
}

/** For wouter's Router: its `hook` and `searchHook`. */
export const useHashPath = (): [string, typeof go] => [
  useSyncExternalStore(subscribe, () => parts().path),
  go,
];
useHashPath.hrefs = (href: string) => `#${href}`;
export const useHashSearch = () => useSyncExternalStore(subscribe, () => parts().search);

/** The link to a view, for an `href`. Empty values are left out. */
export const linkTo = (path: string, query: Record<string, string> = {}) => `#${withQuery(path, query)}`;

/** `/v1/audit?code=policy.` from a path and what is asked for. Empty values are left out. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(key, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
}

/**
 * Filters that stand in the URL: their values ("" where one is not set), and a function that changes some of them.
 * What else stands in the query stays.
 */
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
