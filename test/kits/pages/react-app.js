// The route and the contacts for the kits of React, and the hits of a search.
import { createElement, Fragment, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { piecesOf, routeOf, store } from "./app.js";

const hear = (changed) => {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
};
export const useRoute = () => routeOf(useSyncExternalStore(hear, () => location.hash));
export const useContacts = () => useSyncExternalStore(store.subscribe, store.all);

export const Hits = ({ text, query }) =>
  createElement(
    Fragment,
    null,
    ...piecesOf(text, query).map((piece, i) => (i % 2 ? createElement("mark", { key: i }, piece) : piece)),
  );

export const show = (App) => createRoot(document.getElementById("root")).render(createElement(App));
