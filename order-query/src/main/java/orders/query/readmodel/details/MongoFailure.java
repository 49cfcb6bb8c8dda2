package orders.query.readmodel.details;

import com.mongodb.MongoClientException;
import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;

/// What a failure of MongoDB's driver means.
public final class MongoFailure {

    private static final String MAY_BE_WRITTEN_AGAIN = "RetryableWriteError";

    private MongoFailure() {}

    /// Whether it lies in the server or the way to it, and not in what was read or written.
    public static boolean isOutage(Throwable failure) {
        return failure instanceof MongoSocketException
                || failure instanceof MongoTimeoutException
                || failure instanceof MongoClientException
                || failure instanceof MongoNotPrimaryException
                || failure instanceof MongoNodeIsRecoveringException
                || (failure instanceof MongoException labelled
                        && labelled.hasErrorLabel(MAY_BE_WRITTEN_AGAIN));
    }
}
