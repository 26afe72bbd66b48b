/**
 * The schemes that hand a number to a telephone, a softphone or a messenger, one row for each form, with its source;
 * sites.ts has the web addresses. The only such list: the guard, the finder and the reader of single numbers use it. Pure
 * and small, because it runs on every page from the first moment. docs/sources.md says what was seen of each source.
 */
import {
  callto,
  international,
  parameter,
  participants,
  part,
  type Reader,
  recipients,
  subscriber,
  teamsUsers,
  user,
} from "./readers.ts";
import { alone, atHost, digitsAfter, numberBefore, type Writer } from "./writers.ts";

/** What an address begins: a call; or a text message or a chat, which the law judges by other rules. */
export type Medium = "call" | "message";

export interface Dialling {
  /** `none`: it dials nothing, though it may hold digits, such as a meeting's. */
  kind: Medium | "none";
  /**
   * Where a scheme or a site has several kinds of address: what this one looks like, after `scheme:` or the host, without
   * slashes around it. The first row that fits counts.
   */
  form?: RegExp;
  /** Such an address without a number: it is stored with a dial, to tell by which form it was made. */
  like?: string;
  /** Finds the number; by default `usual`. */
  number?: Reader;
  /** Writes a number into such an address; by default behind `like`. */
  write?: Writer;
  source: string;
}

const rfc2806 = "https://www.rfc-editor.org/rfc/rfc2806";
const rfc3261 = "https://www.rfc-editor.org/rfc/rfc3261";
const rfc3966 = "https://www.rfc-editor.org/rfc/rfc3966";
const rfc5724 = "https://www.rfc-editor.org/rfc/rfc5724";
const android = "Android: TelephonyManager, Intent.ACTION_SENDTO";
const acrobits = "https://doc.acrobits.net/general/call_uris.html";
const cisco = "Cisco Jabber for iPad 9.3.1, release notes: URL schemes";
const meetings = "https://marketplace.zoomgov.com/docs/guides/guides/client-url-schemes";
export const pages = "addresses in public pages and code";
const ringCentral = "https://developers.ringcentral.com/guide/team-messaging/manual/links";
const skype = "https://learn.microsoft.com/en-us/skype-sdk/skypeuris/skypeuriapireference";
export const telegram = "https://core.telegram.org/api/links";
const webex = "https://help.webex.com/article/n45mhmab";
export const whatsApp = "https://faq.whatsapp.com, How to use click to chat";
const zoom = "https://developers.zoom.us/docs/phone/outbound-call/";

const telephone = { kind: "call", number: subscriber } as const;
const sip = { kind: "call", number: user, write: atHost } as const;
const text = (row: { source: string }): Dialling[] => [
  {
    kind: "message",
    form: /^open\?/i,
    like: "open?addresses=",
    number: parameter("addresses"),
    source: pages,
  },
  { kind: "message", number: recipients, ...row },
];
/** A body that is made of a number: the scheme has other addresses, or is another's too. */
const NUMBER = /^(?:[\s+\d(*#]|%2B)/i;

export const teams: Dialling[] = [
  {
    kind: "call",
    // In the document l/call/ alone. The web app's own address has it behind a hash, the page that asks by which app to
    // open it within its parameter.
    form: /^(?:(?:[a-z]{3}\.)?teams\.[a-z.]+\/)?(?:(?:_|v2)\/|[^#]*#\/?|dl\/launcher\b.*?(?:\/|%(?:25)*2F))?l(?:\/|%(?:25)*2F)call(?:\/|%(?:25)*2F)/i,
    like: "l/call/0/0?users=4:",
    number: teamsUsers,
    source:
      "https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/deep-link-workflow; pages",
  },
];
export const ringCentralApp: Dialling[] = [
  {
    kind: "call",
    form: /^r\/call\b/i,
    like: "r/call?number=",
    number: parameter("number"),
    source: ringCentral,
  },
  {
    kind: "call",
    form: /^r\/dialer\?/i,
    like: "r/dialer?number=",
    number: parameter("number"),
    source: ringCentral,
  },
  {
    kind: "message",
    form: /^r\/sms\b/i,
    like: "r/sms?number=",
    number: parameter("number"),
    source: ringCentral,
  },
];
export const signal: Dialling[] = [
  {
    kind: "message",
    form: /^(?:signal\.me\/)?#p(?:\/|$)/i,
    like: "#p/",
    number: part(/#p\/([^?&/]*)/i),
    write: (number, rest) => (/^.*#p/i.exec(rest)?.[0] ?? "#p") + `/${number}`,
    source: "https://github.com/signalapp/Signal-Desktop, ts/util/signalRoutes.ts",
  },
];
export const whatsAppChat = international(parameter("phone"));

export const schemes: Readonly<Record<string, readonly Dialling[]>> = {
  tel: [{ ...telephone, source: rfc3966 }],
  fax: [{ ...telephone, source: rfc2806 }],
  modem: [{ ...telephone, source: rfc2806 }],
  telprompt: [
    { ...telephone, source: "https://developer.apple.com, Apple URL Scheme Reference: Phone Links" },
  ],
  callto: [
    {
      kind: "call",
      number: callto,
      source: "https://learn.microsoft.com/en-us/previous-versions/ms709071(v=vs.85)",
    },
  ],
  sip: [{ ...sip, source: rfc3261 }],
  sips: [{ ...sip, source: rfc3261 }],
  "sip-linphone": [{ ...sip, source: pages }],
  linphone: [{ ...sip, source: pages }],
  h323: [{ ...sip, source: "https://www.rfc-editor.org/rfc/rfc3508" }],
  iax: [
    {
      kind: "call",
      number: part(/^[^/?]*\/([^?]*)/),
      write: (number, rest) => `${/^[^/?]*/.exec(rest)![0]}/${number}`,
      source: "https://www.iana.org/assignments/uri-schemes/prov/iax",
    },
  ],
  wtai: [
    {
      kind: "call",
      form: /^wp\/mc;/i,
      like: "wp/mc;",
      number: part(/;([^!;]*)/),
      source: "WAP Forum: Wireless Telephony Application Interface",
    },
  ],
  sms: text({ source: rfc5724 }),
  smsto: text({ source: android }),
  // The same scheme is a streaming protocol.
  mms: [{ kind: "message", form: NUMBER, like: "+", number: recipients, write: alone, source: android }],
  mmsto: text({ source: android }),

  skype: [
    {
      kind: "message",
      form: /\?(?:chat|sms)\b/i,
      like: "?chat",
      number: participants,
      write: numberBefore("?chat"),
      source: skype,
    },
    { kind: "call", number: participants, write: numberBefore("?call"), source: skype },
  ],
  "ms-sfb": ["call", "message"].map((kind) => ({
    kind: kind as Medium,
    form: kind === "call" ? /^call\b/i : /^chat\?.*\bid=(?:\+|%2B|\d)/i,
    like: kind === "call" ? "call?id=" : "chat?id=+",
    number: parameter("id"),
    write: (number: string) => `${kind === "call" ? "call" : "chat"}?id=${encodeURIComponent(number)}`,
    source: "https://learn.microsoft.com/en-us/skype-sdk/skype-for-business-uris/sfbmobileuri",
  })),
  msteams: teams,
  "ms-teams": teams,
  facetime: [{ ...telephone, source: "https://www.iana.org/assignments/uri-schemes/prov/facetime" }],
  "facetime-audio": [{ ...telephone, source: pages }],
  "facetime-prompt": [{ ...telephone, source: pages }],
  "facetime-audio-prompt": [{ ...telephone, source: pages }],
  zoomphonecall: [{ kind: "call", source: zoom }],
  zoomphonesms: [{ kind: "message", source: "https://developers.zoom.us/docs/phone/outbound-sms/" }],
  ciscotel: [{ kind: "call", source: cisco }],
  ciscojabber: [
    { kind: "call", form: /^call\b/i, like: "call?address=", number: parameter("address"), source: cisco },
  ],
  movi: [{ ...sip, source: cisco }],
  webextel: [
    {
      kind: "call",
      form: /^[^?]*\?.*\btelephone=/i,
      like: "?telephone=",
      number: parameter("telephone"),
      source: pages,
    },
    { kind: "call", source: webex },
  ],
  clicktocall: [{ kind: "call", source: webex }],
  dialpad: [{ kind: "call", source: "https://developers.dialpad.com/docs/app-launch-urls" }],
  rcmobile: ["call", "message"].map((kind) => ({
    kind: kind as Medium,
    form: kind === "call" ? /^call\b/i : /^sms\b/i,
    like: kind === "call" ? "call?number=" : "sms?number=",
    number: parameter("number"),
    source: "https://developers.ringcentral.com/guide/basics/uri-schemes",
  })),
  rcapp: ringCentralApp,
  officeathand: ringCentralApp,
  "com.bt.cloudwork.app": ringCentralApp,
  "com.logmein.gotoconnect": [{ kind: "call", form: /^dial\b/i, like: "dial?number=", source: pages }],
  phone: [
    {
      kind: "call",
      form: NUMBER,
      like: "+",
      number: subscriber,
      write: alone,
      source: "https://help.estos.com, ProCall dial handler",
    },
  ],
  asoftphone: [{ kind: "call", source: acrobits }],
  groundwire: [{ kind: "call", source: acrobits }],
  cloudsip: [{ kind: "call", source: acrobits }],
  vodia: [{ kind: "call", source: "https://doc.vodia.com/docs/click2dial" }],
  dialectic: [
    { kind: "none", form: /^add\b/i, source: "https://www.jonn8.com/dialectic" },
    {
      kind: "call",
      form: /^(?:dial|prep)\b/i,
      like: "dial?number=",
      source: "https://www.jonn8.com/dialectic",
    },
  ],
  tsip: [
    {
      kind: "call",
      form: NUMBER,
      like: "+",
      number: user,
      write: atHost,
      source: "https://tomeko.net/software/SIPclient/browser_integration.php",
    },
  ],
  zoiper: [{ ...sip, source: pages }],
  bria: [{ ...sip, source: pages }],

  whatsapp: [
    { kind: "call", form: /^call\b/i, like: "call?phone=", number: whatsAppChat, source: pages },
    { kind: "message", number: whatsAppChat, write: digitsAfter("send?phone="), source: whatsApp },
  ],
  tg: [
    { kind: "none", form: /^confirmphone\b/i, source: telegram },
    {
      kind: "message",
      form: /^resolve\?.*\bphone=/i,
      like: "resolve?phone=",
      number: international(parameter("phone")),
      write: digitsAfter("resolve?phone="),
      source: telegram,
    },
    {
      kind: "message",
      form: /^msg\?.*\bto=/i,
      like: "msg?to=",
      number: international(parameter("to")),
      source: telegram,
    },
  ],
  sgnl: signal,
  viber: [
    { kind: "none", form: /^add\b/i, source: pages },
    {
      kind: "message",
      form: /^chat\b/i,
      like: "chat?number=",
      number: international(parameter("number")),
      source: pages,
    },
  ],

  // Meetings: their numbers look like a telephone's.
  zoommtg: [{ kind: "none", source: meetings }],
  zoomus: [{ kind: "none", source: meetings }],
  conf: [
    {
      kind: "none",
      source: "https://learn.microsoft.com/en-us/previous-versions/office/communications-server/dd819984",
    },
  ],
};
