/** What the trail says of connected CRMs. English (UK). */
export const connectorCodesEn = {
  "connector.added": "CRM connected",
  "connector.changed": "Connector changed",
  "connector.removed": "Connector removed",
  "connector.tested": "Connector tried",
  "connector.token-renewed": "Connector's token renewed",
  "connector.switched-on": "Connector switched on",
  "connector.switched-off": "Connector switched off",
  "connector.run-begun": "Run through a CRM begun",
  "connector.slice": "Slice of a CRM screened",
  "connector.slice-failed": "Slice of a CRM failed",
  "connector.run-failed": "Run through a CRM given up",
  "connector.run-stopped": "Run through a CRM stopped",
  "connector.flagged": "Flags of a CRM taken over or set",
  "connector.consents": "Consents of a CRM taken over",
  "connector.marked": "Status changes marked in a CRM",
  "connector.mark-failed": "Status changes not marked in a CRM",
};
