/** What the options page says of softphones. No page of a site loads it. */

/** Who speaks each protocol, by its name. */
export const speakers: Readonly<Record<string, string>> = {
  sip: "SIP (SIP.js, JsSIP, Plivo, RingCentral's web phone, and others)",
  twilio: "Twilio's voice SDK",
  telnyx: "Telnyx WebRTC (and FreeSWITCH's Verto)",
  aircall: "Aircall Everywhere",
  hubspot: "HubSpot's calling extensions SDK",
  "amazon-connect": "Amazon Connect Streams",
  ringcentral: "RingCentral Embeddable",
  zoom: "Zoom Phone and Zoom Contact Center (Smart Embed)",
  dialpad: "Dialpad's mini dialer",
};

/** Of these a document alone tells the message that begins a call: neither the vendor's code nor its service was seen. */
export const fromDocuments: readonly string[] = ["zoom", "dialpad"];

/** Softphones of which only a document tells how a call begins, or nothing does: they have no protocol here. */
export type Documented = {
  title: string;
  /** What was read. */
  source: string;
} & (
  | {
      /** The site rule that knows its call button (guard/site-rules.ts), by its name. */
      rule: string;
    }
  | {
      /** A call made in it is not held. */
      rule: null;
      /** Why no button of it can be named. */
      why: string;
    }
);

export const documented: readonly Documented[] = [
  {
    title: "Vonage",
    rule: null,
    why: "an app calls `placeCall` of ContactPad's script, or has that script make numbers of the page clickable: the documents have both functions, and no element",
    source:
      "@vonage/client-sdk 2.3.1 begins a call by a request (POST /v0.3/knocking), no carrier here; Open ContactPad by its documents (developer.vonage.com/en/vonage-business-cloud/open-contactpad)",
  },
  {
    title: "HubSpot's own calling",
    rule: "HubSpot",
    source:
      "HubSpot's documents do not tell what its pages send, nor does anybody else (looked up on 28 November 2026). If it is Twilio's voice SDK, as is said, the row of that holds it",
  },
];
