import { Text } from '@mantine/core';
import type { PartnerDetail } from '../../../api/types.ts';
import { Card } from '../../../components/card.tsx';

const CHECKS = { kyc: 'Verification', tax_form: 'Tax form', sanctions: 'Sanctions screening' } as const;
const STATES = { missing: 'nothing is known yet', pending: 'under way', failed: 'failed' } as const;

/** Why the partner cannot be paid out yet; nothing while it can. Commission goes on either way. */
export function PayoutNotice({ partner }: { partner: PartnerDetail }) {
  const { payoutBlocked } = partner;
  if (payoutBlocked.length === 0) return null;
  return (
    <Card
      title="Payouts are blocked"
      says="Commission goes on; it is paid out when these checks are complete."
    >
      <ul>
        {payoutBlocked.map(({ subject, status, sentence }) => (
          <li key={subject}>
            <Text size="sm">
              {CHECKS[subject]}: {STATES[status]}. {sentence}
            </Text>
          </li>
        ))}
      </ul>
    </Card>
  );
}
