import { t } from '../../i18n/index.ts'
import { Banner, Loading } from '../../parts/notice.tsx'
import { activityStream } from '../../state/activity.ts'
import { members } from '../../state/members.ts'
import { ClusterPicture } from './cluster-picture.tsx'
import { Legend } from './legend.tsx'
import { PictureText } from './picture-text.tsx'
import { SpreadPanel } from './spread-panel.tsx'

/** Who there is around the member that looks, and what goes on between it and the others. */
export function ClusterView() {
  if (members.value === undefined) return <Loading what={t('membersLoading')} />
  const isMissing = activityStream.value.phase === 'refused'
  return (
    <div class="panes panes-two panes-cluster">
      <section class="pane" aria-labelledby="view-title">
        <div class="toolbar">
          <h1 id="view-title">{t('viewCluster')}</h1>
          <Legend />
        </div>
        {isMissing && (
          <Banner kind="info" sign="info">
            {t('activityMissing')}
          </Banner>
        )}
        <ClusterPicture />
        <PictureText />
      </section>
      <SpreadPanel />
    </div>
  )
}
