/** What the trail says of registers, and of lookups. English (UK). */
export const registerCodesEn = {
  "list.declared": "Register set up",
  "list.sync-failed": "Fetching of a register failed",
  "list.sync-quiet": "Nothing new of a register has come",
  "list.lookup-turned": "Register switched to lookup, or back to files",
  "lookup.answered": "A register's source answered",
  "lookup.failed": "A register's source did not answer",
  "lookup.failing": "Many questions to a register's source failed",
  "lookup.over-budget": "Today's lookups were used up",
  "list.upload-begun": "Upload of a register begun",
  "list.upload-unchanged": "Upload of a register ended, as nothing had changed",
  "list.pushed": "Register loaded",
  "list.changed": "Register changed",
  "list.refused": "Change of a register refused",
  "list.content-bound": "What a register held before is bound",
  "list.rollback-begun": "Roll-back begun",
  "list.rolled-back": "Register rolled back",
};
