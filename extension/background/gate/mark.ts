/**
 * Marks this browser's requests for the Worker's `/dial`, as long as the gate works here: the Worker answers them without a
 * page. Its service worker asks by a request of its own, which is stopped: it then answers at once, and as Chrome tells us
 * of a dial only after that, no call waits for the Worker. Chrome keeps the rules over restarts, and drops them with the
 * extension; the Worker then says that the call was held.
 */
import { DIAL_PATH, GATE_HEADER } from "../../../shared/dials/browser-gate.ts";

const rulesFor = (origin: string): chrome.declarativeNetRequest.Rule[] => [
  {
    id: 1,
    action: {
      type: "modifyHeaders",
      requestHeaders: [{ header: GATE_HEADER, operation: "set", value: "1" }],
    },
    condition: {
      urlFilter: `|${origin}${DIAL_PATH}^`,
      resourceTypes: ["main_frame", "sub_frame", "object", "other"],
    },
  },
  {
    id: 2,
    action: { type: "block" },
    condition: { urlFilter: `|${origin}${DIAL_PATH}|`, resourceTypes: ["xmlhttprequest"] },
  },
];

/** `origin`: the Worker's; null where the gate does not work. */
export async function mark(origin: string | null): Promise<void> {
  const rules = await chrome.declarativeNetRequest.getDynamicRules();
  const wanted = origin === null ? [] : rulesFor(origin);
  const said = (all: chrome.declarativeNetRequest.Rule[]) =>
    all.map(({ condition }) => [condition.urlFilter, ...(condition.resourceTypes ?? [])].join()).join(" ");
  if (said(rules) === said(wanted)) return;
  const removeRuleIds = rules.map(({ id }) => id);
  await chrome.declarativeNetRequest.updateDynamicRules({ removeRuleIds, addRules: wanted });
}
