/** Why a save is refused, at the clause. */
export const policyFaults = {
  warnAfterMax: "This is later than the day from which the copy is not relied on at all.",
  agentsAlone:
    "With agents alone, nobody is left who may review a consent: name managers, compliance officers or administrators too.",
  hours: "The end must be later than the start.",
  company: "The line needs a company name.",
  contact: "Give an address or a freephone number: anyone who is called may ask for it (PECR reg 24).",
  freephone: "A freephone number begins with 0800 or 0808.",
  notValid: "That is not a number in use.",
  notOurs: "Name it among our own numbers first.",
  notCallable: "It must be a number that anybody can call back at no more than the usual cost.",
  site: "An address such as https://crm.example.com, or https://*.lightning.force.com for all below it, without a path.",
  future: "That day is yet to come.",
  schemeKnown: "ClearDial knows this scheme already, or the browser opens it itself.",
  schemeTwice: "This scheme has a row already.",
  floor: "It cannot be less than this: {value}.",
};
