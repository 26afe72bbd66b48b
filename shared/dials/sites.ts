/** Web addresses that begin a call or a chat, by host: rows as those of the schemes. Links to meetings are none. */
import { international, parameter, part } from "./readers.ts";
import { alone, digitsAfter } from "./writers.ts";
import {
  type Dialling,
  pages,
  ringCentralApp,
  signal,
  teams,
  telegram,
  whatsApp,
  whatsAppChat,
} from "./schemes.ts";

const whatsAppSite: Dialling[] = [
  {
    kind: "message",
    form: /^send(?:\/?[?#]|$)/i,
    like: "send?phone=",
    number: whatsAppChat,
    write: digitsAfter("send?phone="),
    source: whatsApp,
  },
];
const waMe: Dialling[] = [
  {
    kind: "call",
    form: /^call(?:\/|$)/i,
    like: "call/",
    number: international(part(/^call\/([^/?#]*)/i)),
    write: digitsAfter("call/"),
    source: "https://developers.facebook.com/docs/whatsapp, calling: call button messages and deep links",
  },
  {
    kind: "message",
    form: /^[?#]/,
    like: "?phone=",
    number: whatsAppChat,
    write: digitsAfter("?phone="),
    source: whatsApp,
  },
  { kind: "message", number: international(part(/^([^?#]*)/)), write: digitsAfter(""), source: whatsApp },
];
const tMe: Dialling[] = [
  // Letters among the digits make it an invitation to a group.
  {
    kind: "message",
    form: /^(?:\+|%2B|%20)\d+(?:[?#]|$)/i,
    like: "+0",
    number: part(/^([^?#]*)/),
    write: alone,
    source: telegram,
  },
];

const webTelegram: Dialling[] = [
  {
    kind: "message",
    form: /^(?=.*tgaddr=tg).*[?&F6](?:phone|to)(?:=|%3D)/i,
    like: "#?tgaddr=tg:resolve?phone=",
    // An address of the app.
    number: part(/tgaddr=(.*)/i),
    source: pages,
  },
];

export const sites: Readonly<Record<string, readonly Dialling[]>> = {
  "teams.microsoft.com": teams,
  "teams.cloud.microsoft": teams,
  "teams.live.com": teams,
  "gov.teams.microsoft.us": teams,
  "dod.teams.microsoft.us": teams,
  "voice.google.com": [
    {
      kind: "call",
      form: /^(?:u\/\d+\/)?calls\?(?:.*&)?a=nc\b/i,
      like: "calls?a=nc,",
      number: part(/[?&]a=nc(?:,|%2C)([^&#,]*)/i),
      source: pages,
    },
    {
      kind: "message",
      form: /^(?:u\/\d+\/)?messages\?(?:.*&)?itemId=t\./i,
      like: "messages?itemId=t.",
      number: part(/itemId=t\.([^&#]*)/i),
      source: pages,
    },
  ],
  "app.ringcentral.com": ringCentralApp,
  "dialpad.com": [
    { kind: "call", form: /^launch\?/i, like: "launch?phone=", number: parameter("phone"), source: pages },
  ],
  "wa.me": waMe,
  "www.wa.me": waMe,
  "api.whatsapp.com": whatsAppSite,
  "web.whatsapp.com": whatsAppSite,
  "t.me": tMe,
  "telegram.me": tMe,
  "telegram.dog": tMe,
  "web.telegram.org": webTelegram,
  "signal.me": signal,
};
