import { PageHeader } from '../../../components/page-header.tsx';

export function CommissionPage() {
  return <PageHeader title="Commission" />;
}
