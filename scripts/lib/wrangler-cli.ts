import { at } from "./paths.ts";

export const wranglerCli = at("node_modules/wrangler/bin/wrangler.js");

/** Variables under which it asks nothing, counts nothing and prints plain text. */
export const quietly = {
  CI: "true",
  NO_COLOR: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
};
