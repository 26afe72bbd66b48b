/** The options page, and the form to join a server, in English (United Kingdom). */
export const optionsEn = {
  title: "ClearDial options",

  server: {
    title: "Your company's server",
    intro:
      "Your administrator gave you an address to sign in at, an address and a join code, or a link that holds both.",
    address: "Address",
    addressHint: "Such as https://cleardial.example.com",
    code: "Join code, or the whole invite link",
    test: "Test",
    testing: "Testing…",
    join: "Join",
    joining: "Joining…",
    signIn: "Sign in with {name}",
    signingIn: "Waiting for the sign-in window…",
    orInvite: "Or join with an invite:",
    signedIn: "You are signed in as {name}.",
    was: "Last signed in as {name}, {role}",
    managed: "Your administrator connected this browser. Only they can disconnect it.",
    replaces: "Joining with this invite takes the place of your present sign-in.",
    fine: "It answers: ClearDial {version}.",
    setupOpen:
      "It answers, but nobody has set it up yet: there is no administrator who could have invited you. The person who deployed it must finish its set-up first.",
    problems: {
      "bad-address": "That is not an address. It looks like https://cleardial.example.com.",
      "not-https":
        "The address must begin with https:// so that nobody can listen in. Only a server on this computer may do without.",
      "no-answer": "Nothing answers at that address. Check it for a slip of the pen, and your connection.",
      "not-cleardial": "Something answers there, but it is not ClearDial. Check the address.",
      "too-old":
        "That server is newer ({detail}) than this extension understands. Update the extension: open chrome://extensions and press Update.",
      "worker-too-old":
        "That server is too old ({detail}) for this extension. Tell your administrator to update it.",
      locked: "Your administrator has set the server: another cannot be joined.",
      "setup-open":
        "Nobody has set that server up yet, so there is nobody who could have invited you. The person who deployed it must finish its set-up first.",
      "no-code": "Enter the join code from your invite.",
      "invite-unknown": "There is no such invite on that server. Check that the whole code was copied.",
      "invite-used": "That invite was used already. Ask your administrator for a new one.",
      "invite-expired": "That invite has expired: it holds for a day. Ask your administrator for a new one.",
      "sso-off": "That server has no sign-in. Ask your administrator for an invite.",
      "sso-provider":
        "Your company's sign-in cannot be reached just now, or is set up wrongly. Try again in a few minutes; if it stays so, tell your administrator: {detail}",
      "sso-refused":
        "Your company's sign-in did not confirm who you are. Try again; if it stays so, tell your administrator: {detail}",
      "sso-no-account":
        "That account may not use ClearDial. Sign in with your work account, or ask your administrator to let you in.",
      "sso-replayed": "That sign-in was used already. Sign in again.",
      "sso-cancelled": "The sign-in window was closed before you were signed in.",
      "sso-page": "The sign-in page could not be opened. Check your connection and try again.",
      "sso-denied": "Your company's sign-in refused it: {detail}",
      "sso-state": "The answer did not belong to this sign-in, so it was not used. Sign in again.",
      other: "That did not work: {detail}",
    },
    at: "Server",
    leave: "Leave",
    leaveSure: "Numbers on your sites will show as not known until you join again.",
    leaveYes: "Leave now",
    leaveNo: "Stay",
    left: "You have left. The server has ended this browser's access.",
    leftUnconfirmed:
      "You have left, but the server could not be told. Ask your administrator to end this browser's access.",
    joined: "You have joined as {name}.",
  },

  sites: {
    title: "Sites that are on",
    none: "None yet. Open your CRM and press ClearDial's button in the toolbar.",
    frames: "with frames of {origins}",
    offered: "your company's policy names it",
    on: "Turn on",
    onLabel: "Turn on {site}",
    doneOn: "{site} is on.",
    off: "Turn off",
    offLabel: "Turn off {site}",
    done: "{site} is off.",
  },

  rulings: {
    title: "What you said about numbers",
    intro: "Corrections that you made on a page. They hold for that site, in this browser.",
    none: "None yet.",
    notNumber: "is not a phone number",
    country: "belongs to: {country}",
    siteCountry: "Numbers without a country code belong to: {country}",
    undo: "Undo",
    undoLabel: "Undo: {what}, on {site}",
    done: "Undone.",
  },

  softphones: {
    title: "Softphones in pages",
    intro:
      "Their calls are judged before they leave the page. There is nothing to turn on: each is on with a site that is on. There is no switch either, as turned off its calls would go out unseen; your administrator alone can leave one alone.",
    on: "Softphones in pages are on, with your sites.",
    noSite: "Softphones in pages are off until a site is on.",
    states: {
      untried: "On. Never tried with the vendor's real service",
      document: "On, as the vendor's document says it. Never tried with the vendor's real service",
      tried: "On. Tried with the vendor's real service",
      "no-site": "Off until a site is on",
      off: "Left alone: set by your administrator",
    },
    clicks: "Only clicks on call buttons that are known",
    notHeld: "Calls made in it are not held",
  },

  files: {
    title: "Registers",
    text: "Files of the TPS, the CTPS and other registers are loaded in the desk: open the register, and drop its file there.",
    button: "Load a register's file…",
  },
};
