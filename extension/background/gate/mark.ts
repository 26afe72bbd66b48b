/**
 * Marks this browser's requests for the Worker's `/dial`, as long as the gate works here: the Worker answers them without a
 * page. Chrome keeps the rule over restarts, and drops it with the extension; the Worker then says that the call was held.
 */
import { DIAL_PATH, GATE_HEADER } from "../../../shared/dials/browser-gate.ts";

const ID = 1;

const ruleFor = (origin: string): chrome.declarativeNetRequest.Rule => ({
  id: ID,
  action: {
    type: "modifyHeaders",
    requestHeaders: [{ header: GATE_HEADER, operation: "set", value: "1" }],
  },
  condition: {
    urlFilter: `|${origin}${DIAL_PATH}^`,
    // The service worker of the page asks by a request of its own.
    resourceTypes: ["main_frame", "sub_frame", "object", "xmlhttprequest", "other"],
  },
});

/** `origin`: the Worker's; null where the gate does not work. */
export async function mark(origin: string | null): Promise<void> {
  const rules = await chrome.declarativeNetRequest.getDynamicRules();
  const wanted = origin === null ? [] : [ruleFor(origin)];
  const filters = (all: chrome.declarativeNetRequest.Rule[]) => all.map((r) => r.condition.urlFilter).join();
  if (filters(rules) === filters(wanted)) return;
  await chrome.declarativeNetRequest.updateDynamicRules({ removeRuleIds: [ID], addRules: wanted });
}
