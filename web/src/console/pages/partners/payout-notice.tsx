import { Text } from '@mantine/core';
import type { PartnerDetail } from '../../../api/types.ts';
import { Card } from '../../../components/card.tsx';
import classes from './partner-page.module.css';

const CHECKS = { kyc: 'Verification', tax_form: 'Tax form', sanctions: 'Sanctions screening' } as const;
const STATES = { missing: 'nothing is known yet', pending: 'under way', failed: 'failed' } as const;

/** Why the partner cannot be paid out yet; nothing while it can. Commission goes on either way. */
export function PayoutNotice({ partner }: { partner: PartnerDetail }) {
  const { payoutBlocked } = partner;
  if (payoutBlocked.length === 0) return null;
  return (
    <Card title="Payouts are blocked">
      <Text size="sm">Commission goes on; it can be paid out when these checks are complete.</Text>
      <ul className={classes.terms}>
        {payoutBlocked.map(({ subject, status }) => (
          <li key={subject}>
            {CHECKS[subject]}: {STATES[status]}
          </li>
        ))}
      </ul>
    </Card>
  );
}
