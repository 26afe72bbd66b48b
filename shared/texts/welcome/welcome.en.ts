/** The welcome page of the first run, in English (United Kingdom). */
export const welcomeEn = {
  title: "Welcome to ClearDial",
  lead: "It shows on your CRM's pages which numbers are barred from sales calls, and holds dials to them. Five steps, once.",
  step: "Step {n} of {all}",
  done: "Done",

  join: {
    title: "Join your company",
    joined: "You are signed in as {name}, {role}, at {server}.",
  },

  site: {
    title: "Turn on your CRM",
    how: [
      "Press the jigsaw piece in Chrome's toolbar, then the pin beside ClearDial: its button stays in sight.",
      "Open your CRM.",
      "Press ClearDial's button, then the switch for that site. Chrome asks whether it may read the site: allow it.",
    ],
    on: "On for {sites}.",
    turnOnAndOpen: "Turn on, and open your CRM",
    open: "Open your CRM",
    elsewhere: "Nothing of ClearDial runs on any other site. A site is turned off where it was turned on.",
    picture:
      "Chrome's toolbar with ClearDial's button, and below it ClearDial's window with the switch for your CRM",
    pictured: "crm.example.com",
  },

  badges: {
    title: "Read the badges",
    lead: "Each number on a page has one of four. Point at it for the reasons, or press Alt+Shift+C.",
    todo: {
      clear: "Call as usual. The card names the registers that were screened, and their date.",
      caution: "Read the card first: consent is on record, or it is out of hours there. Then decide.",
      blocked: "Leave it. If you press it anyway, the call is held, and you are told why.",
      unknown:
        "Wait for a newer list or for the server; or tell the card which country the number belongs to.",
    },
  },

  next: {
    manager: {
      title: "Next, as a manager",
      steps: [
        {
          text: "Say who calls and how to reach you: agents read it on every card.",
          to: "/policy",
          button: "Open the policy",
        },
        {
          text: "Toggle at any time, in ClearDial's window in the toolbar, what is held and what only warns.",
        },
        {
          text: "See which calls were held, and which were made over a bar.",
          to: "/dials",
          button: "Open the calls",
        },
      ],
    },
    compliance: {
      title: "Next, as a compliance officer",
      steps: [
        {
          text: "Bring in your do-not-call list and the consents you hold.",
          to: "/do-not-call",
          button: "Open the list",
        },
        {
          text: "See which calls were held, and which were made over a bar.",
          to: "/dials",
          button: "Open the calls",
        },
        { text: "Read the audit trail, and check that it is whole.", to: "/audit", button: "Open the trail" },
      ],
    },
    admin: {
      title: "Next, as an administrator",
      steps: [
        {
          text: "Load the registers: until then every number shows as not known.",
          to: "/lists",
          button: "Load the registers",
        },
        {
          text: "Say who calls, and name your CRM's addresses: agents turn them on with one click.",
          to: "/policy",
          button: "Open the policy",
        },
        {
          text: "Invite people, or let them in by your company's sign-in.",
          to: "/people",
          button: "Invite people",
        },
      ],
    },
  },

  again: "First steps",
};
