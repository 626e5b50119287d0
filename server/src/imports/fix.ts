// What a person can do about a row that was not taken. Pure.

const FIXES: Readonly<Record<string, string>> = {
  bad_row: 'Compare the cells with the header: a delimiter inside a cell needs quotes around the cell.',
  bad_encoding: 'Save the file as UTF-8, or say its encoding when you upload it.',
  bad_format: 'Correct the form of the row as the mapping declares it.',
  bad_json: 'Correct the JSON of the line.',
  bad_amount:
    'Write the amount as a plain number in the style that the mapping declares (decimal sign, thousands).',
  bad_currency: 'Write a currency code of three letters, or give the source a default currency.',
  bad_value: 'Correct the cell: it has another form than the mapping declares.',
  bad_quantity: 'Write the volume as a plain number.',
  missing_key: 'Fill in the column that identifies the record.',
  bad_time: 'Write the time in the format that the mapping declares, and check its zone.',
  future_event: 'Check the date order (month first or day first) and the zone of the file.',
  unknown_event:
    'Add a rule for this kind of row to the mapping, then drive the row again; or correct the cell.',
  unknown_status:
    'Add the status to the status map of the mapping, then drive the row again; or correct the cell.',
  bad_identifier: 'Fill in the column that names the customer, the account or the click.',
  missing_field: 'Fill in the cell.',
  contradicting_fields: 'Decide which of the two values is right and delete the other.',
};

/** One sentence that says what to do about this reason. */
export function fixOf(reason: string): string {
  return (
    FIXES[reason] ??
    'Correct the row and upload this file again, or repair the mapping and drive the row again from the quarantine.'
  );
}
