import PDFDocument from 'pdfkit';
import type { Statement } from './statement.ts';

const MARGIN = 48;
const COLUMNS = [
  { title: 'Component', width: 150, align: 'left' },
  { title: 'Earned in', width: 80, align: 'left' },
  { title: 'Amount', width: 95, align: 'right' },
  { title: 'Approved', width: 95, align: 'right' },
  { title: 'Held', width: 79, align: 'right' },
] as const;

/** A statement as a PDF of A4 pages: plain text, selectable, with a title for screen readers. */
export function printStatement(statement: Statement): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    lang: 'en',
    tagged: true,
    displayTitle: true,
    info: { Title: `Statement ${statement.period} of ${statement.partner}`, Creator: 'Plumbline' },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    pdf.on('error', reject);
  });
  printHead(pdf, statement);
  printTotals(pdf, statement);
  printLines(pdf, statement);
  printCarries(pdf, statement);
  pdf.end();
  return done;
}

type Pdf = InstanceType<typeof PDFDocument>;

function printHead(pdf: Pdf, statement: Statement): void {
  pdf.font('Helvetica-Bold').fontSize(18).text(`Statement ${statement.period}`);
  pdf.font('Helvetica').fontSize(10).moveDown(0.5);
  pdf.text(`${statement.partner} (${statement.partnerId})`);
  pdf.text(`${statement.program} (${statement.programId})`);
  pdf.text(`Months by the zone ${statement.zone}. Made ${statement.madeAt}.`);
  const provisional = statement.provisional ? ' The month is not closed: its figures may still change.' : '';
  pdf.text(`Draft.${provisional}`).moveDown();
}

function printTotals(pdf: Pdf, { totals, payments }: Statement): void {
  if (totals.length === 0) pdf.text('Nothing was ever booked for this partner.').moveDown();
  for (const total of totals) {
    pdf.font('Helvetica-Bold').text(total.currency);
    pdf.font('Helvetica');
    pdf.text(`At the beginning of the month: ${total.opening.amount}`);
    pdf.text(`Booked in the month: ${total.booked.amount}`);
    for (const { kind, amount, at, reference } of payments)
      if (amount.currency === total.currency)
        pdf.text(
          `${kind === 'payment' ? 'Paid' : 'Came back'} ${at.slice(0, 10)} (${reference}): ${amount.amount}`,
        );
    pdf.text(`At the end of the month: ${total.closing.amount}`).moveDown();
  }
}

function printLines(pdf: Pdf, { lines }: Statement): void {
  if (lines.length === 0) return;
  printRow(
    pdf,
    COLUMNS.map(({ title }) => title),
    true,
  );
  for (const line of lines)
    printRow(pdf, [
      line.component,
      line.isCorrection ? `${line.earnedIn} (corrected)` : line.earnedIn,
      `${line.amount.amount} ${line.currency}`,
      line.approved.amount,
      line.held.amount,
    ]);
  pdf.x = MARGIN;
  pdf.moveDown();
}

function printRow(pdf: Pdf, cells: readonly string[], isHead = false): void {
  if (pdf.y > pdf.page.height - MARGIN - 30) pdf.addPage();
  pdf.font(isHead ? 'Helvetica-Bold' : 'Helvetica').fontSize(9);
  const top = pdf.y;
  let left = MARGIN;
  let bottom = top;
  for (const [index, { width, align }] of COLUMNS.entries()) {
    pdf.text(cells[index] ?? '', left, top, { width: width - 6, align });
    bottom = Math.max(bottom, pdf.y);
    left += width;
  }
  pdf.y = bottom + 3;
}

function printCarries(pdf: Pdf, { carries }: Statement): void {
  for (const { component, carry } of carries)
    pdf.fontSize(9).text(`Carried from this month by ${component}: ${sayCarry(carry)}`, MARGIN);
}

function sayCarry(carry: Readonly<Record<string, unknown>>): string {
  return Object.entries(carry)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
