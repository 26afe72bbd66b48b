/**
 * HubSpot's calling extensions SDK: HubSpot's page posts to the frame of the app that calls, on whatever host. Who sent
 * the frame's first SYNC is its HubSpot, as the SDK itself has it.
 */
import { membersOf, type MessageProtocol, type Said, type Talk, textIn } from "./protocol.ts";

function openHubspot(): Talk<unknown> {
  let crm: string | null = null;
  let requests = 0;
  return {
    read(message, from = ""): Said<unknown> {
      const { type, data, phoneNumber } = membersOf(message);
      if (type === "SYNC") crm ??= from;
      // In a frame that was open before us, nobody heard the SYNC.
      if (type !== "DIAL_NUMBER" || (crm !== null && crm !== from)) return null;
      const numbers = [textIn(membersOf(data)["phoneNumber"]), textIn(phoneNumber)];
      return {
        ...{ is: "start", key: `${++requests}`, numbers: numbers.filter((one) => one !== "") },
        // Anything that the app could say would make or change a call in the CRM.
        refuse: () => [],
      };
    },
  };
}

export const hubspot: MessageProtocol = {
  name: "hubspot",
  carrier: "message",
  // Each message of a window is read once more where we listen: not in those that no CRM has put in a page.
  sign: (_host, isFramed) => isFramed,
  open: openHubspot,
  source: "@hubspot/calling-extensions-sdk 0.9.7 (IFrameManager.ts, Constants.ts)",
};
