package orders.query.readmodel.timeline;

import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.query.projection.Evolution;

/// How far the timeline of an order has come. Its rows are the events themselves.
record LastVersion(String orderId, long version) {

    static final Evolution<LastVersion> EVOLUTION =
            new Evolution<>() {
                @Override
                public LastVersion begin(String orderId, OrderCreated created) {
                    return new LastVersion(orderId, 1);
                }

                @Override
                public LastVersion evolve(LastVersion view, long version, OrderEvent event) {
                    if (event instanceof OrderCreated) {
                        throw new IllegalStateException("creates an order that exists");
                    }
                    return skip(view, version);
                }

                @Override
                public LastVersion skip(LastVersion view, long version) {
                    return new LastVersion(view.orderId, version);
                }

                @Override
                public String orderId(LastVersion view) {
                    return view.orderId;
                }

                @Override
                public long version(LastVersion view) {
                    return view.version;
                }
            };
}
