/**
 * Softphones in a vendor's frame, to which the company's own page posts: known from documents alone. None has a word by
 * which the frame would say no. They are written as aircall.ts is: so they add a hundred bytes to a page.
 */
import { membersOf, type MessageProtocol, type Said, type Talk, textIn } from "./protocol.ts";

function openZoom(): Talk<unknown> {
  let requests = 0;
  return {
    read(message): Said<unknown> {
      const { type, data } = membersOf(message);
      if (type !== "zp-make-call" && type !== "onclicktoact") return null;
      // What it does without `autoDial`, a page cannot be sure of: it is judged either way.
      const numbers = [textIn(membersOf(data)["number"]), textIn(membersOf(data)["phone"])];
      return {
        ...{ is: "start", key: `${++requests}`, numbers: numbers.filter((one) => one !== "") },
        refuse: () => [],
      };
    },
  };
}

/** Zoom's Smart Embeds, of Zoom Phone and of Contact Center. */
export const zoom: MessageProtocol = {
  name: "zoom",
  carrier: "message",
  // Contact Center's frame is at zoom.us, or at the company's own name below it.
  sign: (host) => /(?:^|\.)zoom\.us$/.test(host),
  open: openZoom,
  source:
    "developers.zoom.us/docs/phone/smart-embed-guide (zp-make-call); onclicktoact of Contact Center's Smart Embed as public apps post it",
};

function openDialpad(): Talk<unknown> {
  let requests = 0;
  return {
    read(message): Said<unknown> {
      const { method, payload } = membersOf(message);
      if (method !== "initiate_call") return null;
      return {
        ...{ is: "start", key: `${++requests}`, numbers: [textIn(membersOf(payload)["phone_number"])] },
        refuse: () => [],
      };
    },
  };
}

/** Dialpad's mini dialer. */
export const dialpad: MessageProtocol = {
  name: "dialpad",
  carrier: "message",
  sign: (host) => /(?:^|\.)dialpad\.com$/.test(host),
  open: openDialpad,
  source: "developers.dialpad.com/docs/dialpad-mini-dialer",
};
