/** Where numbers may be in a CRM besides the fields that its form begins with, in English (United Kingdom). */
import type { ConnectorKind } from "../../connectors/kinds.ts";

export const connectorPlaces: Record<ConnectorKind, string> = {
  hubspot:
    "Add the internal names of your own properties that hold numbers. A contact's company is a record of its own: its number is screened there.",
  salesforce:
    "Add your own fields that hold numbers (they end in __c). With person accounts, add to Account: PersonMobilePhone, PersonHomePhone, PersonOtherPhone, PersonAssistantPhone.",
  pipedrive:
    "All numbers of a person are read. Add the keys of your own fields that hold numbers. An organisation has no number of its own, and one in a field of yours there is not screened.",
  zoho: "Add the API names of your own fields that hold numbers. A contact's account is a record of its own: its number is screened there. Numbers in subforms are not read.",
  dynamics:
    "Add your own columns that hold numbers. All that contacts, leads and accounts come with are listed but for fax and pager. A contact's account is a record of its own.",
  espocrm:
    "All numbers of a record are read, wherever phoneNumber is listed. Add your own fields that hold numbers. A contact's account is a record of its own: its numbers are screened there.",
  rest: "List every place where a record holds a number. The part * stands for each entry of a list, as in /phones/*/value. Anything but text there makes the record not known.",
};
