/** What of a logged call the trail binds. */
import { boundTable } from "../core/bound.ts";
import { keptSince } from "../trail/erased.ts";

const found = "what was found out about it later, such as its dial";
export const callsBound = boundTable({
  name: "calls",
  columns: [
    ...[
      "id",
      "ref",
      "via",
      "provider",
      "provider_id",
      "number",
      "agent",
      "direction",
      "started_at",
      "seconds",
    ],
    ...["verdict", "reasons", "by", "at"],
  ],
  unbound: {
    ...{ person: found, overridden: found, dial: found, screened: found, extension: found },
    told: "whether a digest named it",
    replaces: "which call of a log it is instead of: that one stays, with all that it said",
  },
  at: "r.at",
  day: "started_at",
  erased: keptSince,
});
