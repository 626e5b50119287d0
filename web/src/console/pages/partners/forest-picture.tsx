import { useForest } from '../../../api/forest.ts';
import { Card } from '../../../components/card.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { sizeOf } from './forest.ts';
import { MOST_DRAWN, PartnerTree } from './partner-tree.tsx';

/** All trees of a program as one picture; nothing where there are more partners than can be drawn. */
export function ForestPicture({ programId, name }: { programId: string; name: string }) {
  const { data } = useForest(programId);
  if (data === undefined || data === null || sizeOf(data) > MOST_DRAWN) return null;
  return (
    <Card title={`${wholeNumber(sizeOf(data))} partners of ${name}`} flush>
      <PartnerTree forest={data} maxHeight={560} />
    </Card>
  );
}
